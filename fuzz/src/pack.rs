//! The property `pack`: opening any bytes as a pack does not panic, and its memory is bounded by the size of the file. If
//! the bytes are a pack, its members lie in the file and apart from each other, and a pack that is written from its index
//! and its members has the same index. Reading any bytes as stamps does not panic, and stamps are read as they were
//! written.

pub mod generate;
mod json;
pub mod mutate;
pub mod parts;

use allocation_counter::measure;
use bmes::v4::ModuleView;
use bmes_pack::{Index, MemberError, Pack, Stamps, link, write};

/// The maximum memory of opening a pack, as a multiple of the size of the file. In JSON, a text of no characters in a list
/// takes three bytes, and in memory 24; while a list grows, both its old and its new memory are in use.
const TIMES: usize = 32;
/// Opening a pack may need this many bytes more.
const MORE: usize = 64 << 10;

/// Opens a pack, verifies its members, and writes it again; reads stamps.
pub fn property(input: &[u8]) -> bool {
    stamps(input);
    let mut opened = None;
    let opening = measure(|| opened = Some(Pack::open(input)));
    let bound = (TIMES * input.len() + MORE) as u64;
    assert!(
        opening.bytes_max <= bound,
        "opening {} bytes allocates {} bytes; the limit is {bound}",
        input.len(),
        opening.bytes_max
    );
    match opened.expect("the closure was called") {
        Ok(pack) => {
            members_are_apart(&pack, input);
            check_links(&pack);
            written_again(&pack);
            true
        }
        Err(error) => {
            assert!(error.to_string().starts_with(error.class().name()), "{error}");
            false
        }
    }
}

/// The members of the index lie in the file, no two have a byte in common, and verifying one returns its own bytes.
fn members_are_apart(pack: &Pack<'_>, file: &[u8]) {
    let mut places = Vec::new();
    for (number, module) in pack.index().modules.iter().enumerate() {
        let bytes = pack.unverified_member(number);
        let verified = pack.verify(number);
        let Some(member) = module.member else {
            assert_eq!((bytes, verified.err()), (None, Some(MemberError::Absent)));
            continue;
        };
        let start = usize::try_from(member.offset).expect("a member begins in the file");
        let end = start + usize::try_from(member.size).expect("a member is smaller than the file");
        assert!(start.is_multiple_of(8), "a member begins at {start}");
        assert_eq!(bytes, file.get(start..end), "the member of module {number}");
        if let (Ok(verified), Some(bytes)) = (verified, bytes) {
            assert!(bytes.ends_with(verified.bytecode()));
        }
        places.push(start..end);
    }
    places.sort_unstable_by_key(|place| (place.start, place.end));
    assert!(places.windows(2).all(|pair| pair[0].end <= pair[1].start), "members overlap: {places:?}");
    let count = (0..=pack.index().modules.len()).filter(|number| pack.unverified_member(*number).is_some()).count();
    assert_eq!(count, places.len());
}

/// The link check ends for any records.
fn check_links(pack: &Pack<'_>) {
    let modules = 0..pack.index().modules.len();
    let views = modules.map(|number| ModuleView::parse(pack.unverified_member(number)?).ok());
    for error in link::check(&link::linked(pack.index(), views.collect())) {
        assert!(error.module < pack.index().modules.len());
    }
}

/// A pack that is written from the index and the members has the same index; written once more, it has the same bytes.
fn written_again(pack: &Pack<'_>) {
    let file = written(pack);
    let again = Pack::open(&file).expect("a pack that was written is well-formed");
    assert_eq!(without_places(pack.index()), without_places(again.index()));
    for number in 0..pack.index().modules.len() {
        assert_eq!(pack.unverified_member(number), again.unverified_member(number));
    }
    assert!(written(&again) == file, "the same index and members give the same bytes");
}

fn written(pack: &Pack<'_>) -> Vec<u8> {
    let modules = 0..pack.index().modules.len();
    let files: Vec<_> = modules.map(|number| pack.unverified_member(number).map(<[u8]>::to_vec)).collect();
    write(pack.index().clone(), &files).expect("the pack is small")
}

/// Returns the index without the offsets of members: a writer aligns members to more than eight bytes.
fn without_places(index: &Index) -> Index {
    let mut index = index.clone();
    index.modules.iter_mut().filter_map(|module| module.member.as_mut()).for_each(|member| member.offset = 0);
    index
}

/// Stamps are read as they were written.
fn stamps(input: &[u8]) {
    if let Some(stamps) = Stamps::read(input) {
        assert_eq!(Stamps::read(&stamps.write()), Some(stamps));
    }
}
