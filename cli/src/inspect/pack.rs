//! Shows a pack: its members, and its index as a tree.

use std::io::{self, Write};
use std::ops::Range;

use bmes::Quoted;
use bmes::v4::Phase;
use bmes_pack::{Index, Link, Module, Pack, Resolution, Watched};
use serde::Serialize;

use crate::failure::{Failure, Result, Status, after_printing};
use crate::input::Source;
use crate::json::Object;
use crate::output::Out;
use crate::style::{ERROR, FAINT, NAME, STRONG};
use crate::text::{count, printable};
use crate::verdict::verify_members;

/// Shows a pack and its first error. Of a file that is no pack, only the error is shown.
pub(super) fn inspect(source: &Source, file: &[u8], all: bool, json: bool) -> Result<Status> {
    let (pack, failure) = match Pack::open(file) {
        Ok(pack) => {
            let problem = verify_members(&pack).into_iter().next();
            (Some(pack), problem.map(|problem| problem.in_file()))
        }
        Err(error) => (None, Some(error.into())),
    };
    let shown = Shown { source, size: file.len(), pack: pack.as_ref(), failure: failure.as_ref() };
    let printed = if json { shown.print_json() } else { shown.print(all) };
    after_printing(printed, failure.map_or(Status::Ok, |failure| failure.status()))
}

struct Shown<'a> {
    source: &'a Source,
    size: usize,
    pack: Option<&'a Pack<'a>>,
    failure: Option<&'a Failure>,
}

#[derive(Serialize)]
struct Answer<'a> {
    kind: &'static str,
    size: usize,
    #[serde(flatten)]
    content: Option<Content<'a>>,
}

#[derive(Serialize)]
struct Content<'a> {
    members: Vec<Member>,
    index: &'a Index,
}

/// A member of the ZIP file.
#[derive(Serialize)]
struct Member {
    name: String,
    offset: usize,
    size: usize,
}

impl Shown<'_> {
    fn print_json(&self) -> io::Result<()> {
        let member = |(name, data): (String, Range<usize>)| Member { name, offset: data.start, size: data.len() };
        let content = self
            .pack
            .map(|pack| Content { members: pack.members().into_iter().map(member).collect(), index: pack.index() });
        let mut out = Out::plain();
        let answer = Answer { kind: "pack", size: self.size, content };
        Object::answer(Some(self.source), answer).with_error(self.failure.map(Failure::error)).write(&mut out)?;
        out.flush()
    }

    fn print(&self, all: bool) -> io::Result<()> {
        let mut out = Out::paged();
        let size = count(self.size, "byte");
        write!(out, "{STRONG}{}{STRONG:#}: pack, {size}", printable(&self.source.name()))?;
        match self.failure {
            None => writeln!(out, "\n")?,
            Some(failure) => writeln!(out, "; {ERROR}{}{ERROR:#}\n", failure.error().class())?,
        }
        if let Some(pack) = self.pack {
            writeln!(out, "{STRONG}members{STRONG:#}")?;
            for (name, data) in pack.members() {
                writeln!(out, "{FAINT}{:08x}{FAINT:#}  {:>14}  {name}", data.start, count(data.len(), "byte"))?;
            }
            write_index(&mut out, pack.index(), all)?;
        }
        if let Some(failure) = self.failure {
            let gap = if self.pack.is_some() { "\n" } else { "" };
            writeln!(out, "{gap}{ERROR}invalid:{ERROR:#} {}", printable(failure.error().message()))?;
        }
        out.flush()
    }
}

/// Writes the index. Without `all`, it has only the numbers of the files that the resolution depended on.
fn write_index(out: &mut impl Write, index: &Index, all: bool) -> io::Result<()> {
    let name = |number: &u32| module_name(index, *number);
    let variable = |variable: &bmes_pack::EnvironmentVariable| match &variable.value {
        Some(value) => format!("{}={value}", variable.name),
        None => format!("{} (not set)", variable.name),
    };
    let mode = serde_json::to_value(index.freshness).ok();
    let mut nodes = vec![
        Node::leaf("producer", index.producer.to_string()),
        Node::leaf("freshness", mode.as_ref().and_then(|mode| mode.as_str()).unwrap_or_default()),
        Node::leaf("conditions", index.conditions.join(", ")),
        Node::leaf("flags", index.flags.join(", ")),
        Node::leaf("environment", index.environment.iter().map(variable).collect::<Vec<_>>().join(", ")),
        Node::leaf("entries", index.entries.iter().map(name).collect::<Vec<_>>().join(", ")),
    ];
    nodes.retain(|node| !node.value.is_empty());
    write_section(out, "index", &nodes)?;
    let modules: Vec<_> = index.modules.iter().enumerate().map(|module| module_node(index, module)).collect();
    write_section(out, "modules", &modules)?;
    let watched = |Watched { path, sha256 }: &Watched| Node::leaf(path, sha256.to_string());
    let link = |Link { path, target }: &Link| Node::leaf(path, target);
    let absent = |path: &String| Node::leaf(path, "");
    let lists: [(&str, &str, Vec<Node>); 4] = [
        ("packages", "file", index.packages.iter().map(watched).collect()),
        ("directories", "folder", index.directories.iter().map(watched).collect()),
        ("links", "link", index.links.iter().map(link).collect()),
        ("absent", "path", index.absent.iter().map(absent).collect()),
    ];
    let list = |(name, one, children): (&str, &str, Vec<Node>)| {
        let number = count(children.len(), one);
        Node { name: name.to_owned(), value: number, children: if all { children } else { Vec::new() } }
    };
    write_section(out, "resolution", &lists.map(list))
}

/// Returns the name of a module, as other lines refer to it.
fn module_name(index: &Index, number: u32) -> String {
    let module = usize::try_from(number).ok().and_then(|number| index.modules.get(number));
    format!("modules[{number}] {}", module.map_or("", |module| &module.url))
}

fn module_node(index: &Index, (number, module): (usize, &Module)) -> Node {
    let mut children = vec![Node::leaf("format", module.format.name())];
    children.extend(module.r#type.as_ref().map(|kind| Node::leaf("type", kind)));
    let bytes = |size: u64| count(usize::try_from(size).unwrap_or(usize::MAX), "byte");
    if let Some(source) = module.source {
        children.push(Node::leaf("source", format!("{}, {}", bytes(source.size), source.sha256)));
    }
    if let Some(member) = module.member {
        children.push(Node::leaf("member", format!("{} at byte {}", bytes(member.size), member.offset)));
    }
    for (list, requests) in [("requests", &module.requests), ("dynamic", &module.dynamic)] {
        for (number, request) in requests.iter().enumerate() {
            children.push(Node::leaf(format!("{list}[{number}]"), request_value(index, request)));
        }
    }
    for (list, names) in [("exports", &module.exports), ("reexports", &module.reexports)] {
        if !names.is_empty() {
            children.push(Node::leaf(list, names.join(", ")));
        }
    }
    Node { name: format!("modules[{number}]"), value: module.url.clone(), children }
}

const fn quoted(text: &str) -> Quoted<'_> {
    Quoted { text, most: None }
}

fn request_value(index: &Index, request: &Resolution) -> String {
    let attributes: Vec<_> =
        request.attributes.iter().map(|(key, value)| format!("{key}: {}", quoted(value))).collect();
    let attributes = if attributes.is_empty() { String::new() } else { format!(" with {}", attributes.join(", ")) };
    let target = request.module.map_or_else(|| "nothing".to_owned(), |number| module_name(index, number));
    let phase = if request.phase == Phase::Evaluation { String::new() } else { format!(" ({})", request.phase.name()) };
    format!("{}{attributes}{phase} → {target}", quoted(&request.specifier))
}

/// A line of the tree, and the lines below it.
struct Node {
    name: String,
    /// Empty if there is none.
    value: String,
    children: Vec<Node>,
}

impl Node {
    fn leaf(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), children: Vec::new() }
    }
}

fn write_section(out: &mut impl Write, heading: &str, nodes: &[Node]) -> io::Result<()> {
    writeln!(out, "\n{STRONG}{heading}{STRONG:#}")?;
    write_nodes(out, nodes, "")
}

fn write_nodes(out: &mut impl Write, nodes: &[Node], guides: &str) -> io::Result<()> {
    for (number, Node { name, value, children }) in nodes.iter().enumerate() {
        let is_last = number + 1 == nodes.len();
        let (branch, guide) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let value = if value.is_empty() { String::new() } else { format!(" = {}", printable(value)) };
        writeln!(out, "{FAINT}{guides}{branch}{FAINT:#}{NAME}{}{NAME:#}{value}", printable(name))?;
        write_nodes(out, children, &format!("{guides}{guide}"))?;
    }
    Ok(())
}
