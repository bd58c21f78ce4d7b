//! The error classes of an analysis. Programs should compare the class; the message is for people.

use std::fmt;

/// The class of an error. Its [`id`](Self::id) is stable: new classes are added, but none is
/// renamed.
///
/// If the id of a class begins with `early-error/`, its errors are early errors of ECMA-262. The
/// class [`Syntax`](Self::Syntax) contains all other violations of ECMA-262's grammar, and early
/// errors that this crate cannot recognise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The text does not follow the grammar of a module.
    Syntax,
    /// A name is exported twice.
    DuplicateExport,
    /// An export such as `export {x}`, but the module does not declare `x` at its top level.
    UndeclaredExport,
    /// A name is declared twice in one scope.
    Redeclaration,
    /// The key of an import attribute occurs twice in one `with` clause.
    DuplicateAttribute,
    /// A reserved word is used as a name, or `eval` or `arguments` is declared or assigned to.
    ReservedWord,
    /// `await` in a place where it is not allowed.
    Await,
    /// An assignment to something that is not an assignment target.
    AssignmentTarget,
    /// `delete` of a name or of a private field.
    Delete,
    /// A construct that strict mode forbids, if no other class covers it: `with`, octal literals, a
    /// function declaration as the body of an `if`.
    StrictMode,
    /// A jump to a label that does not exist, a label that is declared twice, or a `break` or
    /// `continue` without a target.
    Label,
    /// `super` or `new.target` in a place where it has no meaning.
    Super,
    /// A private name that no enclosing class declares, or that is declared twice.
    PrivateName,
    /// A class element that is not allowed, such as a second constructor.
    Class,
    /// An invalid regular expression.
    RegularExpression,
    /// An early error that no other class covers.
    EarlyError,
    /// A specifier, a name or an attribute contains a lone surrogate: one half of a UTF-16
    /// surrogate pair. The strings of the format are UTF-8, which cannot represent it.
    LoneSurrogate,
    /// Two requests have the same specifier but different attributes, and an import or export entry
    /// names this specifier. The entries of the format name a request only by its specifier, so the
    /// record could not say which of the two requests is meant.
    AmbiguousRequest,
    /// `import defer` or `import source`: in versions 1 to 3 of the format, a request has no field
    /// for the phase.
    ImportPhase,
    /// Syntax that is not part of ECMA-262, although many tools support it: decorators,
    /// auto-accessors, import assertions, Flow types.
    UnsupportedSyntax,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The source is longer than [`Options::max_len`](crate::Options::max_len).
    TooLarge,
    /// The source nests so deeply that the parser would overflow the largest stack, or that the
    /// analysis would take too long. Also used if no thread with enough stack can be started.
    TooDeep,
    /// The file is CommonJS, not a module: its name or its code shows it.
    CommonJs,
    /// The file's name has no extension of JavaScript or TypeScript, or is the name of a
    /// declaration file.
    FileType,
    /// A defect of this crate or of its parser: the parser panicked, or the record breaks a rule of
    /// the format that no source should be able to break.
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
