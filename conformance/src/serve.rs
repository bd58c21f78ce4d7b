//! The testee's side of the protocol: serves any [`Implementation`] on standard input and output.
//!
//! `bmes-conformance serve` calls [`serve`] with the reference. To make a testee of another Rust implementation, write
//! a `main` function that calls [`serve`].

use std::io::{self, BufRead, Read as _, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::protocol::request::{self, Request};
use crate::protocol::{Answer, LONGEST_LINE, Operation, PROTOCOL, Question, Refusal, answer};
use crate::testee::Implementation;

/// Reads requests from `input` and writes the answers to `output`, until `bye`, the end of the input, or a line that is
/// too long.
///
/// The answer to a request that makes the implementation panic is `fault`. The answer to a line that is not a request
/// is also `fault`.
pub fn serve(implementation: &dyn Implementation, mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let longest = implementation.info().max_line.unwrap_or(LONGEST_LINE);
    let (mut line, mut reply) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        reply.clear();
        // Reads at most one byte more than a line may have. So a line that is too long is longer than `longest`
        // here.
        let limit = longest as u64 + 1;
        if input.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.len() > longest {
            let why = format!("the line has more than {longest} bytes; the testee ends");
            answer::write(&mut reply, None, &Answer::Fault(why));
            output.write_all(&reply)?;
            return output.flush();
        }
        match request::read(&line) {
            Ok((_, Request::Bye)) => return Ok(()),
            Ok((id, Request::Hello(PROTOCOL))) => answer::write_hello(&mut reply, id, &implementation.info()),
            Ok((id, Request::Hello(other))) => {
                let why = format!("this testee speaks protocol {PROTOCOL}, not protocol {other}");
                answer::write(&mut reply, Some(id), &Answer::Unsupported(why));
            }
            Ok((id, Request::File(operation, file))) => {
                let question = match operation {
                    Operation::Identify => Question::Identify(&file),
                    Operation::Check => Question::Check(&file),
                    Operation::OpenPack => Question::OpenPack(&file),
                    Operation::Decode | Operation::Encode | Operation::Match => Question::Decode(&file),
                };
                answer::write(&mut reply, Some(id), &ask(implementation, &question));
            }
            Ok((id, Request::Encode(record, text, bytecode))) => {
                let question = Question::Encode { record: &record, text: &text, bytecode: &bytecode };
                answer::write(&mut reply, Some(id), &ask(implementation, &question));
            }
            Ok((id, Request::Match(file, given))) => {
                let question = Question::Match { file: &file, given };
                answer::write(&mut reply, Some(id), &ask(implementation, &question));
            }
            Ok((id, Request::EncodeUnknown(version))) => {
                let refusal = Refusal {
                    class: "unsupported-version".into(),
                    message: Some(format!("this testee does not know version {version}")),
                    ..Refusal::default()
                };
                answer::write(&mut reply, Some(id), &Answer::Refused(refusal));
            }
            Ok((id, Request::Unknown(operation))) => {
                let why = format!("no operation is called {operation:?}");
                answer::write(&mut reply, Some(id), &Answer::Unsupported(why));
            }
            Err(unreadable) => answer::write(&mut reply, unreadable.id, &Answer::Fault(unreadable.why)),
        }
        output.write_all(&reply)?;
        output.flush()?;
    }
}

fn ask(implementation: &dyn Implementation, question: &Question<'_>) -> Answer {
    catch_unwind(AssertUnwindSafe(|| crate::testee::answer(implementation, question)))
        .unwrap_or_else(|panic| Answer::Fault(crate::testee::panic_message(&*panic)))
}
