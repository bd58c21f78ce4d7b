//! Shuffles a record of version 4: its strings and all lists except the requests. The file that a writer makes of it
//! stays the same.

use bmes::v4::{ImportIndex, ModuleRecord};

use crate::strings::for_each_string;

/// Returns the record with strings and lists in another order, and with some strings several times. The number
/// determines the order.
pub(crate) fn apply(record: &ModuleRecord, number: u32) -> ModuleRecord {
    let mut random = fastrand::Rng::with_seed(u64::from(number));
    let mut shuffled = record.clone();
    let new_index = strings(&mut shuffled.strings, &mut random);
    let mut choices = random.fork();
    for_each_string(&mut shuffled, |string| {
        if let Some(copies) = usize::try_from(string.0).ok().and_then(|old| new_index.get(old))
            && let Some(new) = choices.choice(copies)
        {
            string.0 = *new;
        }
    });
    if let Some(environment) = &mut shuffled.environment {
        random.shuffle(&mut environment.declared_variables);
        random.shuffle(&mut environment.lexical_variables);
    }
    shuffled.requests.iter_mut().for_each(|request| random.shuffle(&mut request.attributes));
    let new_import = imports(&mut shuffled, &mut random);
    for tolerant in &mut shuffled.tolerant_imports {
        if let Some(new) = usize::try_from(tolerant.0).ok().and_then(|old| new_import.get(old)) {
            *tolerant = ImportIndex(*new);
        }
    }
    random.shuffle(&mut shuffled.tolerant_imports);
    random.shuffle(&mut shuffled.exports);
    random.shuffle(&mut shuffled.star_exports);
    shuffled
}

/// Shuffles strings, and adds a copy of some of them. Returns the new indices of each string.
fn strings(strings: &mut Vec<String>, random: &mut fastrand::Rng) -> Vec<Vec<u32>> {
    let count = strings.len();
    let mut order: Vec<usize> = (0..count).chain((0..count).filter(|_| random.u8(..4) == 0)).collect();
    random.shuffle(&mut order);
    let mut new_index = vec![Vec::new(); count];
    for (new, old) in (0..).zip(&order) {
        new_index[*old].push(new);
    }
    *strings = order.into_iter().map(|old| strings[old].clone()).collect();
    new_index
}

/// Shuffles the imports. Returns the new index of each.
fn imports(record: &mut ModuleRecord, random: &mut fastrand::Rng) -> Vec<u32> {
    let mut order: Vec<usize> = (0..record.imports.len()).collect();
    random.shuffle(&mut order);
    let mut new_index = vec![0; order.len()];
    for (new, old) in (0..).zip(&order) {
        new_index[*old] = new;
    }
    record.imports = order.into_iter().map(|old| record.imports[old]).collect();
    new_index
}
