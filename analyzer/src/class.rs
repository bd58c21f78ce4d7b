//! The error classes of an analysis. A program matches on the class; a person reads the message.

use std::fmt;

/// The class of an error. Its [`id`](Self::id) is stable: new classes are added, but none is
/// renamed.
///
/// Classes whose id begins with `early-error/` are ECMA-262's early errors. The class is `syntax`
/// for early errors that this crate cannot identify, and for all other errors against ECMA-262's
/// grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The text does not follow the grammar of a module.
    Syntax,
    /// A name is exported twice.
    DuplicateExport,
    /// `export {x}` where the module declares no `x` at its top level.
    UndeclaredExport,
    /// A name is declared twice in one scope.
    Redeclaration,
    /// The key of an import attribute occurs twice in one `with` clause.
    DuplicateAttribute,
    /// A reserved word, or `eval` or `arguments`, where a name is bound or referenced.
    ReservedWord,
    /// `await` where it is not allowed.
    Await,
    /// An assignment to something that is not an assignment target.
    AssignmentTarget,
    /// `delete` of a name or of a private field.
    Delete,
    /// A construct that strict mode forbids and no other class covers: `with`, octal literals, a
    /// function as the body of an `if`.
    StrictMode,
    /// A label that does not exist or exists twice, or a `break` or `continue` without a target.
    Label,
    /// `super` or `new.target` in a place where it has no meaning.
    Super,
    /// A private name that no enclosing class declares, or that is declared twice.
    PrivateName,
    /// Class elements that are not allowed.
    Class,
    /// An invalid regular expression.
    RegularExpression,
    /// Another early error.
    EarlyError,
    /// A specifier, a name or an attribute with half of a surrogate pair. UTF-8 cannot hold it, and
    /// so the format cannot either.
    LoneSurrogate,
    /// One specifier is requested with different attributes, and an entry names that specifier. The
    /// format's entries name a request by its specifier alone, so the record could not say which
    /// request is meant.
    AmbiguousRequest,
    /// `import defer` or `import source`: a request of versions 1 to 3 has no phase.
    ImportPhase,
    /// Syntax that is not part of ECMA-262 although many tools support it: decorators,
    /// auto-accessors, import assertions, Flow.
    UnsupportedSyntax,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The source is longer than [`Options::max_len`](crate::Options::max_len).
    TooLarge,
    /// The source nests so deeply that its parser would overflow any stack, or that an analysis
    /// would take too long; or no thread with enough stack could be started.
    TooDeep,
    /// A CommonJS file, by its name or by its code.
    CommonJs,
    /// By its name, the file is neither JavaScript nor TypeScript.
    FileType,
    /// A defect of this crate or of its parser: the parser panicked, or the record breaks a rule of
    /// the format, although no source can cause that.
    Internal,
}

impl ErrorClass {
    /// All classes.
    pub const ALL: &'static [Self] = &[
        Self::Syntax,
        Self::DuplicateExport,
        Self::UndeclaredExport,
        Self::Redeclaration,
        Self::DuplicateAttribute,
        Self::ReservedWord,
        Self::Await,
        Self::AssignmentTarget,
        Self::Delete,
        Self::StrictMode,
        Self::Label,
        Self::Super,
        Self::PrivateName,
        Self::Class,
        Self::RegularExpression,
        Self::EarlyError,
        Self::LoneSurrogate,
        Self::AmbiguousRequest,
        Self::ImportPhase,
        Self::UnsupportedSyntax,
        Self::NotUtf8,
        Self::TooLarge,
        Self::TooDeep,
        Self::CommonJs,
        Self::FileType,
        Self::Internal,
    ];

    /// Returns the stable name of the class.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::DuplicateExport => "early-error/duplicate-export",
            Self::UndeclaredExport => "early-error/undeclared-export",
            Self::Redeclaration => "early-error/redeclaration",
            Self::DuplicateAttribute => "early-error/duplicate-attribute",
            Self::ReservedWord => "early-error/reserved-word",
            Self::Await => "early-error/await",
            Self::AssignmentTarget => "early-error/assignment-target",
            Self::Delete => "early-error/delete",
            Self::StrictMode => "early-error/strict-mode",
            Self::Label => "early-error/label",
            Self::Super => "early-error/super",
            Self::PrivateName => "early-error/private-name",
            Self::Class => "early-error/class",
            Self::RegularExpression => "early-error/regular-expression",
            Self::EarlyError => "early-error/other",
            Self::LoneSurrogate => "lone-surrogate",
            Self::AmbiguousRequest => "ambiguous-request",
            Self::ImportPhase => "import-phase",
            Self::UnsupportedSyntax => "unsupported-syntax",
            Self::NotUtf8 => "not-utf-8",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
            Self::CommonJs => "common-js",
            Self::FileType => "file-type",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
