//! The classes of refusal: what a program switches on, while a person reads the message.

use std::fmt;

/// Why a module was refused. Its [`id`](Self::id) is stable: classes are added, and never renamed.
///
/// The classes whose id begins with `early-error/` are ECMA-262's early errors, where this crate knows which one it is;
/// `syntax` is everything else that is not ECMA-262's grammar.
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
    /// An import attribute's key stands twice in one `with` clause.
    DuplicateAttribute,
    /// A reserved word, or `eval` or `arguments`, where a name is bound or referenced.
    ReservedWord,
    /// `await` where it cannot stand.
    Await,
    /// Something is assigned to that is not a target of assignments.
    AssignmentTarget,
    /// `delete` of a name or of a private field.
    Delete,
    /// What strict mode forbids and no other class names: `with`, octal literals, a function as the body of an `if`.
    StrictMode,
    /// A label that is not there, or there twice; `break` or `continue` with nothing to leave.
    Label,
    /// `super` or `new.target` outside of what gives them a meaning.
    Super,
    /// A private name that no enclosing class declares, or that is declared twice.
    PrivateName,
    /// Elements that a class cannot have.
    Class,
    /// A regular expression that is not one.
    RegularExpression,
    /// Another early error.
    EarlyError,
    /// A specifier, a name or an attribute with half of a surrogate pair. UTF-8, and so the format, cannot hold it.
    LoneSurrogate,
    /// One specifier is requested with different attributes, and an entry names it. The format's entries name a request by
    /// its specifier alone, so the record could not say which one is meant.
    AmbiguousRequest,
    /// `import defer` or `import source`: a request of versions 1 to 3 has no phase.
    ImportPhase,
    /// Syntax that is no part of ECMA-262 although many tools know it: decorators, auto-accessors, import assertions, Flow.
    UnsupportedSyntax,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The source is longer than [`Options::max_len`](crate::Options::max_len).
    TooLarge,
    /// The source nests so deeply that no stack would hold its parser.
    TooDeep,
    /// A CommonJS file, by its name or by what it does.
    CommonJs,
    /// By its name, the file is neither JavaScript nor TypeScript.
    FileType,
    /// The record breaks a rule of the format that the source cannot break: a defect of this crate.
    Internal,
}

impl ErrorClass {
    /// Every class.
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

    /// The stable name of the class.
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
