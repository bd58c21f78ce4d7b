//! Performs the steps of an analysis, from the bytes of a source to its record.

use oxc_allocator::Allocator;
use oxc_ast::ast::{Program, Statement};
use oxc_parser::{Parser, ParserReturn};
use oxc_semantic::{Semantic, SemanticBuilder, Stats};
use oxc_span::SourceType as OxcSourceType;

use crate::analysis::Analysis;
use crate::class::ErrorClass;
use crate::common_js;
use crate::diagnostic::{Stage, errors_of, first, first_error};
use crate::error::{AnalyzeError, SourceError};
use crate::nesting;
use crate::options::Options;
use crate::quick::{self, Seen};
use crate::record::record;
use crate::redeclaration::Declarations;
use crate::repair;
use crate::scan::{self, scan};
use crate::split;
use crate::stack;
use crate::transform::to_javascript;
use crate::variables::{declared, variables};

/// Analyses sources one after the other, and reuses one area of memory for all of them. Each thread
/// needs its own analyzer.
///
/// ```
/// use bmes_analyzer::{Analyzer, Options};
///
/// let mut analyzer = Analyzer::new();
/// for source in ["export let a;", "export let b;"] {
///     assert_eq!(analyzer.analyze(source, &Options::default())?.record.exports.len(), 1);
/// }
/// # Ok::<(), bmes_analyzer::AnalyzeError>(())
/// ```
#[derive(Default)]
pub struct Analyzer {
    allocator: Allocator,
}

impl Analyzer {
    /// Returns a new analyzer. It keeps as much memory as the largest analysed source needed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Analyses a source in the same way as [`analyze`](crate::analyze()).
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "a path to the method has one fixed lifetime, and the closure accepts any"
    )]
    pub fn analyze(&mut self, source: impl AsRef<[u8]>, options: &Options) -> Result<Analysis, AnalyzeError> {
        self.analyze_with(source, options, |analysis| analysis.into_owned())
    }

    /// Analyses a source without copying its strings. Calls `then` with the analysis, and returns
    /// the result of `then`. The call may happen on another thread (see [`Options::stack_len`]).
    ///
    /// ```
    /// use bmes_analyzer::{Analyzer, Options};
    ///
    /// let source = "export let a; export * from './b.js';";
    /// let count = Analyzer::new().analyze_with(source, &Options::default(), |analysis| analysis.record.exports.len())?;
    /// assert_eq!(count, 1);
    /// # Ok::<(), bmes_analyzer::AnalyzeError>(())
    /// ```
    pub fn analyze_with<T: Send>(
        &mut self,
        source: impl AsRef<[u8]>,
        options: &Options,
        then: impl FnOnce(Analysis<&str>) -> T + Send,
    ) -> Result<T, AnalyzeError> {
        let source = source.as_ref();
        if source.len() > options.max_len {
            let message = format!("the source has {} bytes, and the limit is {}", source.len(), options.max_len);
            return Err(SourceError::new(ErrorClass::TooLarge, 0, message).without_source());
        }
        let source = decode(source)?;
        self.allocator.reset();
        let allocator = &mut self.allocator;
        stack::with_enough(source, options.stack_len, move || analyze_in(allocator, source, options).map(then))
            .map_err(|error| error.within(source))
    }
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer").finish_non_exhaustive()
    }
}

fn decode(source: &[u8]) -> Result<&str, AnalyzeError> {
    if let [1..=0x7f, 0, 1..=0x7f, 0, ..] | [0, 1..=0x7f, 0, 1..=0x7f, ..] = source {
        let error =
            SourceError::new(ErrorClass::NotUtf8, 0, "the source is UTF-16, not UTF-8: every second byte is zero");
        return Err(error.with_help("save the file as UTF-8").without_source());
    }
    str::from_utf8(source).map_err(|invalid| {
        let valid = source.get(..invalid.valid_up_to()).unwrap_or_default();
        let byte = source.get(invalid.valid_up_to()).copied().unwrap_or_default();
        let error = SourceError::new(ErrorClass::NotUtf8, valid.len(), format!("the byte 0x{byte:02x} is not UTF-8"));
        let error = match source {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => error.with_help("the file looks like UTF-16: save it as UTF-8"),
            _ => error.with_help("save the file as UTF-8"),
        };
        error.within(&String::from_utf8_lossy(source))
    })
}

fn analyze_in<'a>(
    allocator: &'a Allocator,
    source: &'a str,
    options: &Options,
) -> Result<Analysis<&'a str>, SourceError> {
    let parse_whole = |source| parse(allocator, source, options);
    let (parsed, repairs) = repair::parse(allocator, source, |source| split::parse(allocator, source, parse_whole));
    // `module_syntax` is computed before the transformation to JavaScript, which adds imports and
    // removes the imports of types. If the source does not parse, the program may be empty; then
    // the parser's `has_module_syntax` still helps.
    let module_syntax = parsed.program.body.iter().any(Statement::is_module_declaration);
    let is_module = options.source_type.is_known_module() || module_syntax || parsed.module_record.has_module_syntax;
    let mut analysis = analyze_parsed(allocator, parsed, is_module, options)
        .map_err(|error| repairs.explain(error))
        .map_err(|error| if is_module { error } else { common_js::instead_of(error, source, options.source_type) })?;
    analysis.flags.module_syntax = module_syntax;
    Ok(analysis)
}

/// The largest length, in bytes, of a source for which debug builds compare the quick look with the
/// close look. For longer sources, the close look would take too long, because some of its steps
/// take more than linear time.
const COMPARED: usize = 1 << 16;

fn analyze_parsed<'a>(
    allocator: &'a Allocator,
    parsed: ParserReturn<'a>,
    is_module: bool,
    options: &Options,
) -> Result<Analysis<&'a str>, SourceError> {
    let mut program = parsed.program;
    first_error(Stage::Parser, parsed.diagnostics).map_err(|error| lone_private_name(error, program.source_text))?;
    white_space(&parsed.irregular_whitespaces, program.source_text)?;
    scan::decorated_exports(&program)?;
    let is_javascript = !options.source_type.is_typescript() && !options.source_type.is_jsx();
    if !is_javascript {
        to_javascript(allocator, &mut program, options)?;
    }
    let quick = if is_javascript { quick::look(&program, is_module, options.source_type) } else { None };
    let seen = match quick {
        Some(seen) if !cfg!(debug_assertions) || program.source_text.len() > COMPARED => seen?,
        quick => {
            let close = look_closely(allocator, &mut program, is_module, options);
            debug_assert!(
                quick.is_none_or(|quick| quick == close),
                "the quick pass and the semantic pass disagree: {close:?}"
            );
            close?
        }
    };
    let record = record(&program, options)?;
    let Seen { flags, declared, dynamic_imports } = seen;
    Ok(Analysis { record, variables: variables(&program, declared), flags, dynamic_imports })
}

/// The close look: finds every error, with a good message. It also removes the exports of
/// undeclared names from the program; such a program is rejected afterwards.
fn look_closely<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    is_module: bool,
    options: &Options,
) -> Result<Seen<'a>, SourceError> {
    let declarations = Declarations::of(program);
    let mut errors: Vec<_> = declarations.redeclaration().err().into_iter().collect();
    errors.extend(declarations.undeclared_export(program));
    nesting::check(program)?;
    let semantic = semantics(program, errors)?;
    let (flags, dynamic_imports) = scan(&semantic, options.source_type)?;
    if !is_module && !flags.top_level_await {
        common_js::reject(&semantic, options.source_type)?;
    }
    let declared = declared(semantic.scoping()).map(|name| allocator.alloc_str(name)).collect();
    Ok(Seen { flags, declared, dynamic_imports })
}

fn parse<'a>(allocator: &'a Allocator, source: &'a str, options: &Options) -> ParserReturn<'a> {
    let language = if options.source_type.is_typescript() { OxcSourceType::ts() } else { OxcSourceType::mjs() };
    let source_type = language.with_module(true).with_jsx(options.source_type.is_jsx());
    Parser::new(allocator, source, source_type).parse()
}

/// Builds symbols and scopes with oxc's semantic pass, and returns the first error in source order.
/// `errors` are the errors that are already known. The pass adds the early errors that depend on
/// scopes.
fn semantics<'p, 'a: 'p>(program: &'p Program<'a>, mut errors: Vec<SourceError>) -> Result<Semantic<'p>, SourceError> {
    // These estimates only reserve memory: more nodes are possible, but most code has fewer. Exact
    // numbers would need one more pass.
    let length = u32::try_from(program.source_text.len()).unwrap_or(u32::MAX);
    let stats = Stats::new(length / 8, length / 200, length / 100, length / 40);
    let built =
        SemanticBuilder::new().with_build_nodes(true).with_check_syntax_error(true).with_stats(stats).build(program);
    let semantic = built.semantic;
    // oxc's errors about redeclarations are dropped, because [`Declarations`] has already found
    // them. Only it does not find `__proto__` twice in an object.
    let is_known =
        |error: &SourceError| error.class() == ErrorClass::Redeclaration && !error.message().contains("`__proto__`");
    errors.extend(errors_of(Stage::Semantics, built.diagnostics).filter(|error| !is_known(error)));
    if errors.iter().any(|error| error.class() == ErrorClass::ReservedWord) {
        let used = scan::used_in_patterns(&semantic);
        errors.retain(|error| error.class() != ErrorClass::ReservedWord || !used.contains(&error.offset()));
    }
    first(errors).map(|()| semantic)
}

/// Rejects the characters U+0085 and U+200B: the parser accepts them as white space, but ECMA-262
/// does not.
fn white_space(irregular: &[oxc_span::Span], source: &str) -> Result<(), SourceError> {
    let offending = irregular.iter().find_map(|span| {
        let character = source.get(span.start as usize..)?.chars().next()?;
        matches!(character, '\u{85}' | '\u{200b}').then_some((span.start, character))
    });
    offending.map_or(Ok(()), |(offset, character)| {
        let message = format!("Invalid Character U+{:04X}", u32::from(character));
        Err(SourceError::new(ErrorClass::Syntax, offset, message))
    })
}

/// Moves an error about a private name that `in` does not follow to the name itself. The parser
/// reports such an error at the next token, which may be lines below the name.
fn lone_private_name(error: SourceError, source: &str) -> SourceError {
    let before = source.get(..error.offset()).unwrap_or_default();
    let Some((start, name)) = before.rfind('#').and_then(|start| Some((start, before.get(start + 1..)?))) else {
        return error;
    };
    let end = name.find(|character: char| character.is_whitespace() || character == '/').unwrap_or(name.len());
    let (name, rest) = name.split_at(end);
    if !error.message().starts_with("Expected `in` but found") || !scan::has_only(Some(rest), &[]) {
        return error;
    }
    match name.find('\\').filter(|escape| !name[*escape..].starts_with("\\u")) {
        Some(escape) => {
            SourceError::new(ErrorClass::Syntax, start + 1 + escape, "Invalid escape sequence in a private name")
                .with_help("only `\\u` begins an escape in a name")
        }
        None => SourceError::new(
            ErrorClass::Syntax,
            start,
            "a private name can be an operand only before `in`, as in `#name in object`",
        ),
    }
}
