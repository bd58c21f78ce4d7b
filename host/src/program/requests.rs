//! The requests of a module that is loaded from bytecode: QuickJS-ng's bytecode has no attributes.

use bmes::v4::ModuleView;

/// The keys and values of import attributes.
pub(super) type Attributes = Vec<(String, String)>;

/// A request with its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) specifier: String,
    pub(super) attributes: Attributes,
}

impl Request {
    /// Returns the requests of a record.
    pub(super) fn all(view: &ModuleView<'_>) -> Vec<Self> {
        let string = |index| view.string(index).unwrap_or_default().to_owned();
        let pairs = |request: &bmes::v4::Request<'_>| {
            request.attributes().map(|attribute| (string(attribute.key), string(attribute.value))).collect()
        };
        let request = |request: bmes::v4::Request<'_>| Self {
            specifier: request.specifier().to_owned(),
            attributes: pairs(&request),
        };
        view.requests().map(request).collect()
    }
}

/// The requests of a module, in the order in which the engine resolves them.
pub(crate) struct Requests {
    pub(super) list: Vec<Request>,
    /// The names that the first requests resolved to.
    pub(super) names: Vec<String>,
    /// The number of requests that the engine has asked for. It asks for each of them twice: while it reads the bytecode, and
    /// while it links the module. What it asks for later is an `import()`, which has its attributes.
    asked: usize,
}

impl Requests {
    /// Creates the requests of a record. `names` are the names that the first of them resolve to.
    pub(super) fn new(view: &ModuleView<'_>, names: Vec<String>) -> Self {
        Self { list: Request::all(view), names, asked: 0 }
    }

    /// Returns the number of the request that the engine asks for now. `None`: this is not a request, but an `import()`.
    pub(super) fn next(&mut self, specifier: &str) -> Option<usize> {
        let number = self.asked.checked_rem(self.list.len()).filter(|_| self.asked < 2 * self.list.len())?;
        self.asked += 1;
        (self.list[number].specifier == specifier).then_some(number)
    }
}
