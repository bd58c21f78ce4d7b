//! The quick look: one fast pass over a program, which shows for most modules that they have no
//! early errors.
//!
//! oxc's semantic pass finds all early errors, with good messages. But it builds tables of all
//! nodes, names and scopes, which takes two thirds of the parser's time. Nearly every module that
//! is analysed has run before, so it has no errors. The quick look therefore visits the program
//! once, and stores only the names of the open scopes. It has one of two results: the same result
//! as the semantic pass, or "unknown" (`None`). The result is unknown if there may be an error, and
//! for rare constructs. Call only the function [`look`], and only for JavaScript.
//!
//! If debug assertions are on, as in all tests and under the fuzzer, the semantic pass also runs,
//! and a debug assertion compares the two results.

mod scopes;
mod visit;
mod words;

use oxc_ast::ast::{
    Class, ClassElement, ExportDefaultDeclarationKind, ForStatementLeft, FormalParameters, Function, FunctionBody,
    FunctionType, LabelIdentifier, MethodDefinitionKind, ModuleExportName, Program, PropertyKey, Statement,
};
use oxc_ast_visit::{Visit as _, walk};
use oxc_ecmascript::IsSimpleParameterList as _;
use oxc_str::{Ident, IdentHashMap};

use crate::analysis::{DynamicImport, Flags};
use crate::error::SourceError;
use crate::options::SourceType;
use crate::{common_js, dynamic_import, redeclaration, scan};
use scopes::{Kind, Scopes};
use words::Word;

/// The result of a look: the features that the module's code uses, the names of its `var`
/// declarations, and its dynamic imports.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen<'a> {
    pub(crate) flags: Flags,
    pub(crate) declared: Vec<&'a str>,
    pub(crate) dynamic_imports: Vec<DynamicImport>,
}

/// Returns the result that the semantic pass and [`scan`] would have, or `None` if they might find
/// an error. `is_module` is true if the source is known to be a module. Otherwise the result is an
/// error if the source uses a name of CommonJS, such as `require`, that it declares nowhere.
pub(crate) fn look<'a>(
    program: &Program<'a>,
    is_module: bool,
    source_type: SourceType,
) -> Option<Result<Seen<'a>, SourceError>> {
    let mut quick = Quick {
        source: program.source_text,
        doubt: false,
        flags: Flags::default(),
        dynamic_imports: Vec::new(),
        scopes: Scopes::new(),
        binds: Binds::Nothing,
        context: Context::MODULE,
        in_pattern: false,
        common_js: [Name::default(); common_js::NAMES.len()],
        derived: false,
        labels: Vec::new(),
        innermost_labels: IdentHashMap::default(),
        private_names: IdentHashMap::default(),
        exported: Vec::new(),
    };
    quick.program(program);
    (!quick.doubt).then_some(())?;
    if quick.scopes.are_unchecked() && redeclaration::check(program).is_err() {
        return None;
    }
    let declared = quick.scopes.close_module(&quick.exported)?;
    if !is_module && !quick.flags.top_level_await {
        let names = quick.common_js.iter().zip(common_js::NAMES);
        let used = names.filter_map(|(name, text)| Some((name.used?, text, name.bound)));
        match used.min() {
            None => {}
            // The name is also declared somewhere. This look does not know whether that declaration
            // is the one that the use refers to.
            Some((.., true)) => return None,
            Some((offset, name, false)) => return Some(Err(common_js::error(offset, name, source_type))),
        }
    }
    let dynamic_imports = dynamic_import::in_order(quick.dynamic_imports);
    Some(Ok(Seen { flags: quick.flags, declared, dynamic_imports }))
}

struct Quick<'a> {
    source: &'a str,
    /// True if there may be an error. Then the look has no result, and the other fields no longer
    /// matter.
    doubt: bool,
    flags: Flags,
    dynamic_imports: Vec<(u32, DynamicImport)>,
    scopes: Scopes<'a>,
    binds: Binds,
    context: Context,
    /// True inside of an assignment target. There, `eval` and `arguments` set `doubt`, so that the
    /// close look decides.
    in_pattern: bool,
    /// The uses and declarations of each name of [`common_js::NAMES`].
    common_js: [Name; common_js::NAMES.len()],
    /// True if the innermost enclosing class extends another class.
    derived: bool,
    /// The open labels, innermost last.
    labels: Vec<Label<'a>>,
    /// For each label name, the index in `labels` of the innermost open label with this name.
    innermost_labels: IdentHashMap<'a, usize>,
    /// For each private name, the number of enclosing classes that declare it.
    private_names: IdentHashMap<'a, u32>,
    /// The local names in `export {…}` lists. The module must declare all of them.
    exported: Vec<Ident<'a>>,
}

/// An open label.
struct Label<'a> {
    name: Ident<'a>,
    /// True if the label is that of a loop, so that `continue` may jump to it.
    iteration: bool,
    /// The index in `labels` of the next enclosing label with the same name, if there is one.
    outer: Option<usize>,
}

/// How a name is used and declared in the source.
#[derive(Clone, Copy, Default)]
struct Name {
    /// The offset of the first use.
    used: Option<u32>,
    /// True if the name is declared anywhere.
    bound: bool,
}

/// How the names that are visited next are declared; `Nothing` if they are not recorded as
/// declarations.
#[derive(Clone, Copy)]
enum Binds {
    Nothing,
    Parameter,
    Var,
    Lexical,
}

/// Flags for the constructs that are allowed at the current place: they depend on the enclosing
/// function, field, static block, loop or `switch`.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each field is an independent property")]
struct Context {
    /// True in code that does not run until a function is called.
    function: bool,
    arguments: bool,
    super_property: bool,
    super_call: bool,
    suspension: bool,
    breakable: bool,
    iteration: bool,
    /// The number of open labels, outermost first, that a jump from here cannot reach because they
    /// are outside of the function.
    labels: usize,
}

impl Context {
    const MODULE: Self = Self {
        function: false,
        arguments: true,
        super_property: false,
        super_call: false,
        suspension: true,
        breakable: false,
        iteration: false,
        labels: 0,
    };
}

/// The kind of a function, which decides whether `super.x` and `super()` are allowed in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FunctionKind {
    None,
    Method,
    DerivedConstructor,
}

impl<'a> Quick<'a> {
    fn doubt_if(&mut self, doubtful: bool) {
        self.doubt |= doubtful;
    }

    fn program(&mut self, program: &Program<'a>) {
        self.scopes.open(Kind::Block);
        self.visit_directives(&program.directives);
        for statement in &program.body {
            match statement {
                Statement::ImportDeclaration(import) => {
                    self.binding(Binds::Lexical, |quick| walk::walk_import_declaration(quick, import));
                }
                Statement::ExportAllDeclaration(export) => walk::walk_export_all_declaration(self, export),
                Statement::ExportFromDeclaration(export) => walk::walk_export_from_declaration(self, export),
                Statement::ExportNamedDeclaration(export) => {
                    let names = export.specifiers.iter().filter_map(|specifier| match &specifier.local {
                        ModuleExportName::IdentifierReference(name) => Some(name.name),
                        _ => None,
                    });
                    self.exported.extend(names);
                    self.doubt_if(scan::missing_source(export, self.source).is_err());
                    walk::walk_export_named_declaration(self, export);
                }
                Statement::ExportDeclaration(export) => walk::walk_export_declaration(self, export),
                Statement::ExportDefaultDeclaration(export) => match &export.declaration {
                    ExportDefaultDeclarationKind::ClassDeclaration(class) => self.class(class),
                    _ => walk::walk_export_default_declaration(self, export),
                },
                statement => self.visit_statement(statement),
            }
        }
    }

    /// Runs `walk`; the names that it visits are declared as `binds` says.
    fn binding(&mut self, binds: Binds, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.binds, binds);
        walk(self);
        self.binds = before;
    }

    /// Returns the context for the code of a field initializer or a static block.
    const fn class_element(&self) -> Context {
        Context {
            function: self.context.function,
            arguments: false,
            super_property: true,
            suspension: false,
            labels: self.labels.len(),
            ..Context::MODULE
        }
    }

    /// Runs `walk` with `context` as the current context.
    fn inside(&mut self, context: Context, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.context, context);
        self.binding(Binds::Nothing, walk);
        self.context = before;
    }

    fn scope(&mut self, kind: Kind, walk: impl FnOnce(&mut Self)) {
        self.scopes.open(kind);
        walk(self);
        self.leave_scope();
    }

    /// Checks a name that is declared or used, or that names a label. Returns the special meaning
    /// of the name, if it has one.
    fn name(&mut self, name: Ident<'a>) -> Option<Word> {
        let word = words::look_up(name.as_str());
        self.doubt |= word == Some(Word::Reserved);
        word
    }

    fn function(&mut self, function: &Function<'a>, kind: FunctionKind) {
        if let Some(id) = &function.id {
            let binds = match function.r#type {
                FunctionType::FunctionDeclaration if self.scopes.in_function() => Binds::Var,
                FunctionType::FunctionDeclaration => Binds::Lexical,
                _ => Binds::Nothing,
            };
            self.binding(binds, |quick| quick.visit_binding_identifier(id));
        }
        self.doubt_if(function.this_param.is_some() || function.body.is_none());
        let context = Context {
            function: true,
            super_property: kind != FunctionKind::None,
            super_call: kind == FunctionKind::DerivedConstructor,
            labels: self.labels.len(),
            ..Context::MODULE
        };
        self.inside(context, |quick| {
            quick.parameters_and_body(&function.params, |quick| {
                if let Some(body) = &function.body {
                    quick.body(body, &function.params);
                }
            });
        });
    }

    fn parameters_and_body(&mut self, parameters: &FormalParameters<'a>, body: impl FnOnce(&mut Self)) {
        self.scope(Kind::Function, |quick| {
            let suspension = std::mem::replace(&mut quick.context.suspension, false);
            quick.binding(Binds::Parameter, |quick| walk::walk_formal_parameters(quick, parameters));
            quick.context.suspension = suspension;
            quick.scopes.close_parameters();
            body(quick);
        });
    }

    fn body(&mut self, body: &FunctionBody<'a>, parameters: &FormalParameters<'a>) {
        let strict = body.directives.iter().any(|directive| directive.directive == "use strict");
        self.doubt_if(strict && !parameters.is_simple_parameter_list());
        self.visit_directives(&body.directives);
        self.visit_statements(&body.statements);
    }

    fn class(&mut self, class: &Class<'a>) {
        let is_typescript = class.r#abstract || class.declare || !class.implements.is_empty();
        self.doubt_if(is_typescript || class.type_parameters.is_some() || !class.decorators.is_empty());
        if let Some(id) = &class.id {
            let binds = if class.is_declaration() { Binds::Lexical } else { Binds::Nothing };
            self.binding(binds, |quick| quick.visit_binding_identifier(id));
        }
        if let Some(heritage) = &class.heritage {
            self.binding(Binds::Nothing, |quick| quick.visit_class_heritage(heritage));
        }
        let derived = std::mem::replace(&mut self.derived, class.heritage.is_some());
        let own: Vec<_> = class.body.body.iter().filter_map(private_name).collect();
        for name in &own {
            *self.private_names.entry(*name).or_default() += 1;
        }
        let constructors = class.body.body.iter().filter(|element| is_constructor(element)).count();
        let doubtful = constructors > 1 || own.iter().any(|name| name == "constructor");
        self.doubt |= doubtful || scopes::has_duplicates(&own);
        self.visit_class_body(&class.body);
        self.derived = derived;
        for name in &own {
            self.private_names.entry(*name).and_modify(|classes| *classes -= 1);
        }
    }

    /// Visits the key of a class element. A private name as a key is a declaration, and not a use.
    fn key(&mut self, key: &PropertyKey<'a>) {
        if !matches!(key, PropertyKey::PrivateIdentifier(_)) {
            self.visit_property_key(key);
        }
    }

    /// Checks a statement that is the body of a loop, a label or a branch of `if`. It must not be a
    /// function declaration.
    fn single(&mut self, statement: &Statement<'a>) {
        self.doubt_if(matches!(statement, Statement::FunctionDeclaration(_)));
    }

    fn loop_body(&mut self, body: &Statement<'a>, walk: impl FnOnce(&mut Self)) {
        self.single(body);
        let before = self.context;
        (self.context.breakable, self.context.iteration) = (true, true);
        walk(self);
        self.context = before;
    }

    fn for_left(&mut self, left: &ForStatementLeft<'a>) {
        self.doubt_if(scan::iterated(left).is_err());
        if let ForStatementLeft::VariableDeclaration(declaration) = left {
            self.doubt_if(declaration.declarations.iter().any(|declarator| declarator.init.is_some()));
        }
    }

    /// Returns the innermost open label with this name, if a jump from here can reach it.
    fn label(&self, name: &Ident<'a>) -> Option<&Label<'a>> {
        let index = self.innermost_labels.get(name).filter(|index| **index >= self.context.labels)?;
        self.labels.get(*index)
    }

    fn open_label(&mut self, name: Ident<'a>, iteration: bool) {
        let outer = self.innermost_labels.insert(name, self.labels.len());
        self.labels.push(Label { name, iteration, outer });
    }

    fn close_label(&mut self) {
        let Some(Label { name, outer, .. }) = self.labels.pop() else { return };
        match outer {
            Some(outer) => self.innermost_labels.insert(name, outer),
            None => self.innermost_labels.remove(&name),
        };
    }

    fn jump(&mut self, label: Option<&LabelIdentifier<'a>>, allowed: bool, is_target: impl Fn(bool) -> bool) {
        self.doubt |= match label {
            Some(label) => !self.label(&label.name).is_some_and(|label| is_target(label.iteration)),
            None => !allowed,
        };
    }

    /// Records an `await`, also one in `for await` or `await using`.
    fn awaits(&mut self) {
        self.doubt |= !self.context.suspension;
        self.flags.top_level_await |= !self.context.function;
    }

    fn assigned_to(&mut self, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.in_pattern, true);
        walk(self);
        self.in_pattern = before;
    }
}

fn private_name<'a>(element: &ClassElement<'a>) -> Option<Ident<'a>> {
    match element.property_key()? {
        PropertyKey::PrivateIdentifier(name) => Some(name.name),
        _ => None,
    }
}

fn is_constructor(element: &ClassElement<'_>) -> bool {
    matches!(element, ClassElement::MethodDefinition(method) if method.kind == MethodDefinitionKind::Constructor)
}
