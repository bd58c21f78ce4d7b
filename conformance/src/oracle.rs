//! What must be answered to a file that nobody wrote an expectation for: what both of the suite's decoders say, the reference and the
//! [`plain`] one. Where they disagree, one of them or the specification is wrong: a defect of the suite.

use crate::case::{Bytecode, Decoded};
use crate::derive::Change;
use crate::plain;

/// An answer, or the class of the error and where the reference sees it.
pub type Verdict<T> = Result<T, Fault>;

/// Why a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The error's class.
    pub class: &'static str,
    /// Where the reference sees it.
    pub offset: Option<usize>,
    /// The clause that is broken, in the page of the file's version.
    pub clause: bmes::Clause,
}

/// What every operation must answer to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// `identify`.
    pub identify: Verdict<u32>,
    /// `decode`.
    pub decode: Verdict<Decoded>,
    /// `check`.
    pub check: Verdict<()>,
}

impl Verdicts {
    /// The first error among the verdicts on the whole file.
    pub fn fault(&self) -> Option<Fault> {
        self.decode.as_ref().err().or(self.check.as_ref().err()).copied()
    }
}

/// What both decoders say of `file`; the error says where they differ.
pub fn ask(file: &[u8]) -> Result<Verdicts, String> {
    let verdicts = reference(file);
    agree("identify", &verdicts.identify, &plain::identify(file))?;
    let plain = plain::decode(file);
    agree("decode", &verdicts.decode, &plain)?;
    // Of `check`, only accept or reject: any rule that is broken may be reported. The file is not read once more for it.
    let plain = plain.is_ok_and(|decoded| plain::check_record(&decoded.record).is_ok());
    let reference = verdicts.check.is_ok();
    if reference == plain {
        Ok(verdicts)
    } else {
        let says = |accepted: bool| if accepted { "accepts" } else { "refuses" };
        Err(format!("check: the reference {} and the plain checker {}", says(reference), says(plain)))
    }
}

/// [`ask`] about a derived case, which has a law of its own: a prefix, and a file with one more byte, is an error.
pub fn ask_derived(change: Change, file: &[u8]) -> Result<Verdicts, String> {
    let verdicts = ask(file)?;
    if verdicts.decode.is_ok() && matches!(change, Change::Prefix(_) | Change::Append) {
        return Err(format!("both decoders accept a valid file {}", change.explanation()));
    }
    Ok(verdicts)
}

fn reference(file: &[u8]) -> Verdicts {
    let structural =
        |error: bmes::Error| Fault { class: error.class(), offset: Some(error.offset()), clause: error.clause() };
    let check = bmes::ModuleView::parse(file).map_err(structural).and_then(|view| {
        view.check().map_err(|error| Fault { class: error.class(), offset: error.offset(), clause: error.clause() })
    });
    let decode = bmes::decode(file).map_err(structural).map(|module| Decoded {
        record: module.record,
        bytecode: Bytecode { offset: module.bytecode.start, length: module.bytecode.len() },
    });
    Verdicts { identify: bmes::identify(file).map(bmes::Version::number).map_err(structural), decode, check }
}

fn agree<T: PartialEq>(
    operation: &str,
    reference: &Verdict<T>,
    plain: &Result<T, plain::Rejection>,
) -> Result<(), String> {
    let same = match (reference, plain) {
        (Ok(reference), Ok(plain)) => reference == plain,
        (Err(reference), Err(plain)) => reference.class == plain.class && reference.offset == plain.offset,
        _ => false,
    };
    if same {
        return Ok(());
    }
    let reference = reference.as_ref().map_or_else(|fault| fault.class.to_owned(), |_| "accepts".into());
    let plain = plain.as_ref().map_or_else(ToString::to_string, |_| "accepts".into());
    Err(format!("{operation}: the reference says {reference}, the plain decoder {plain}"))
}
