//! Cases for `bits` and `code_features`, numbers whose meaning only the engine knows. A reader keeps every bit and
//! interprets none.

use bmes::Version::V3;

use crate::cases::builder::module;
use crate::cases::shared::typical;
use crate::cases::{Described, accept, at, reject};

pub(super) fn cases() -> Vec<Described> {
    [bits(), features(), single_features(), late()].concat()
}

fn bits() -> Vec<Described> {
    const BITS: &[&str] = &["bits", "engine-words", "writer-engine-words", "writer-accepts", "u32"];
    let both =
        |name: &str, title: &str, bits| accept(name, title, BITS, module(V3).declared("a", bits).lexical("b", bits));
    let single = (0..32).map(|bit| (format!("bit{bit}"), 1 << bit));
    let each_declared = single.clone().fold(module(V3), |module, (name, bits)| module.declared(&name, bits));
    let each_lexical = single.fold(module(V3), |module, (name, bits)| module.lexical(&name, bits));
    vec![
        accept("bits-each-declared", "32 declared variables, each with another bit set", BITS, each_declared),
        accept("bits-each-lexical", "32 lexical variables, each with another bit set", BITS, each_lexical),
        both("bits-none", "variables whose bits are 0: neither var nor let nor const", 0),
        both("bits-all-ones", "variables whose bits are all set", u32::MAX),
        both("bits-high-half", "variables whose bits are 0xffff0000: none of them is known", 0xFFFF_0000),
        both(
            "bits-low-half",
            "variables whose bits are 0x0000ffff: what engines are known to set, all at once",
            0xFFFF,
        ),
        both("bits-high-bit", "variables whose bits are 0x80000000: negative, as a signed number", 1 << 31),
        both("bits-16", "variables whose bits are 0x00010000: the first that does not fit 16 bits", 1 << 16),
        both("bits-byte-order", "variables whose bits are 0x01020304: each byte is another one", 0x0102_0304),
        both(
            "bits-above-double",
            "variables whose bits are 0xfffffffe: a 32-bit float cannot hold this number",
            u32::MAX - 1,
        ),
        accept(
            "bits-contradict-list",
            "a declared variable with the bit of let, and a lexical one with the bit of var: the engine's choice",
            BITS,
            module(V3).declared("a", 1 << 3).lexical("b", 1 << 2),
        ),
        accept(
            "bits-contradict-entries",
            "a variable with the bits of an import and an export, in a module without either",
            BITS,
            module(V3).lexical("a", 1 << 4 | 1 << 5 | 1 << 6),
        ),
        accept(
            "bits-by-variable",
            "variables of both lists with different bits: each has its own",
            BITS,
            module(V3).declared("a", 1).declared("b", 2).lexical("c", 3).lexical("d", 4).code_features(5),
        ),
    ]
}

fn features() -> Vec<Described> {
    const FEATURES: &[&str] = &["code-features", "engine-words", "writer-engine-words", "writer-accepts", "u32"];
    let case = |name: &str, title: &str, features| accept(name, title, FEATURES, typical(V3).code_features(features));
    vec![
        case("code-features-none", "code_features is 0", 0),
        case("code-features-all-ones", "code_features is 2^32 - 1", u32::MAX),
        case("code-features-high-half", "code_features is 0xffff0000", 0xFFFF_0000),
        case("code-features-known", "code_features is 0x00003fff: all that engines are known to set", 0x3FFF),
        case("code-features-byte-order", "code_features is 0x01020304: each byte is another one", 0x0102_0304),
        accept(
            "code-features-alone",
            "code_features is 0xdeadbeef, in a module that has nothing else",
            FEATURES,
            module(V3).code_features(0xDEAD_BEEF),
        ),
    ]
}

fn single_features() -> Vec<Described> {
    let case = |bit: u32| {
        let title = format!("code_features is {:#010x}: bit {bit} alone", 1_u32 << bit);
        let clauses = &["code-features", "engine-words", "writer-engine-words", "writer-accepts"];
        accept(&format!("code-features-bit-{bit}"), &title, clauses, module(V3).code_features(1 << bit))
    };
    (0..32).map(case).collect()
}

/// Returns cases with a count of variables that is too small, or with `bits` of eight bytes. A reader then takes the
/// bytes that follow for other fields.
fn late() -> Vec<Described> {
    const GAP: &[&str] = &["gap", "layout"];
    let all_ones = || module(V3).bytecode(&[0xCC; 4]);
    vec![
        reject(
            "declared-count-one-too-few",
            "declared_variable_count is 1, and two variables are there: the second is read as lexical_variable_count and code_features",
            GAP,
            all_ones().declared("", 0).declared("", u32::MAX).layout().set_u32("declared_variable_count", 1),
            "bad-layout",
            at("bytecode_offset"),
        ),
        reject(
            "lexical-count-one-too-few",
            "lexical_variable_count is 1, and two variables are there: the second one's name is read as code_features",
            GAP,
            all_ones().lexical("", 0).lexical("", u32::MAX).layout().set_u32("lexical_variable_count", 1),
            "bad-layout",
            at("bytecode_offset"),
        ),
        reject(
            "bits-of-64",
            "bits of eight bytes: every field after them is four bytes late",
            GAP,
            module(V3)
                .lexical("abc", 1)
                .bytecode(&[0xCC])
                .layout()
                .insert_after("lexical_variables[0].bits", &[0; 4])
                .padded()
                .with_header(),
            "bad-layout",
            at("bytecode_offset"),
        ),
    ]
}
