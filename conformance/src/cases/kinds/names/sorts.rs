//! Cases with attributes in orders that are the worst case for the sort of a writer: orders for which a quicksort
//! chooses bad pivots, and runs of many lengths. The bad pivots come from the algorithm of Douglas `McIlroy` ("A Killer
//! Adversary for Quicksort", 1999).

use bmes::Version;

use super::super::shared_out;
use crate::cases::builder::module;
use crate::cases::{Described, accept};

/// The number of attributes of a request. For so many attributes, a quicksort with bad pivots needs far more than 2
/// log2 n partitions.
const ATTRIBUTES: usize = 400;

/// The maximum number of items in a part that the quicksort leaves to an insertion sort.
const INSERTION: usize = 16;

pub(super) fn cases(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["writer-attributes", "attributes-kept", "writer-accepts"];
    let case = |name: &str, title: &str, orders: Vec<Vec<usize>>| {
        let start = module(version);
        let module = orders.iter().enumerate().fold(start, |module, (index, order)| {
            let keys: Vec<_> = order.iter().map(|rank| format!("k{rank:03}")).collect();
            let attributes: Vec<_> = keys.iter().map(|key| (key.as_str(), "v")).collect();
            module.request_with(&format!("./{index}"), &attributes)
        });
        accept(name, title, CLAUSES, module)
    };
    let scanned = Pivot::ALL.map(|pivot| killer(pivot, from_both_ends)).into();
    let gathered = Pivot::ALL.map(|pivot| killer(pivot, from_the_left)).into();
    let cases = vec![
        case(
            "keys-against-partitions-from-both-ends",
            "requests with 400 attributes, for which a quicksort that partitions from both ends takes bad pivots",
            scanned,
        ),
        case(
            "keys-against-partitions-from-the-left",
            "requests with 400 attributes, for which a quicksort that partitions from the left takes bad pivots",
            gathered,
        ),
        case("keys-in-runs", "requests with 400 attributes that are in order, or backwards, in runs", runs()),
    ];
    shared_out(version, cases)
}

/// The way in which a quicksort chooses its pivot.
#[derive(Clone, Copy)]
enum Pivot {
    First,
    Last,
    Middle,
    /// The median of the first, the middle and the last item.
    MedianOfThree,
    /// The median of the second, the middle and the last item, as in GCC's C++ library.
    MedianBehindFirst,
    /// The median of three medians of three.
    Ninther,
    /// The median of samples: of the items at every (n / 8)-th position of a part with n items. These are at least eight items.
    OfSamples,
}

impl Pivot {
    const ALL: [Self; 7] = [
        Self::First,
        Self::Last,
        Self::Middle,
        Self::MedianOfThree,
        Self::MedianBehindFirst,
        Self::Ninther,
        Self::OfSamples,
    ];

    /// Returns the index of the pivot among the items.
    fn index(self, items: &[usize], less: &mut Less<'_>) -> usize {
        let (last, middle) = (items.len() - 1, items.len() / 2);
        match self {
            Self::First => 0,
            Self::Last => last,
            Self::Middle => middle,
            Self::MedianOfThree => median(&[0, middle, last], items, less),
            Self::MedianBehindFirst => median(&[1, middle, last], items, less),
            Self::Ninther => {
                let step = items.len() / 8;
                let three =
                    |place: usize, less: &mut Less<'_>| median(&[place - step, place, place + step], items, less);
                let medians = [three(step, less), three(middle, less), three(last - step, less)];
                median(&medians, items, less)
            }
            Self::OfSamples => {
                let samples: Vec<_> = (0..items.len()).step_by(items.len() / 8).collect();
                median(&samples, items, less)
            }
        }
    }
}

/// A comparison: returns true if the first item comes before the second. An item is an index in the list of ranks that
/// `killer` returns.
type Less<'a> = dyn FnMut(usize, usize) -> bool + 'a;

/// A partition: moves the items that come before the pivot to the front. The second argument is the index of the pivot.
/// Two parts are left to sort: the items before the first returned index, and the items from the second returned index
/// on.
type Partition = fn(&mut [usize], usize, &mut Less<'_>) -> (usize, usize);

/// Returns the one of `places` whose item is the median. It uses an insertion sort.
fn median(places: &[usize], items: &[usize], less: &mut Less<'_>) -> usize {
    let mut sorted: Vec<usize> = Vec::new();
    for place in places {
        let behind = sorted.iter().position(|other| less(items[*place], items[*other]));
        sorted.insert(behind.unwrap_or(sorted.len()), *place);
    }
    sorted[sorted.len() / 2]
}

/// C. A. R. Hoare's partition: two scans that exchange items on the wrong side.
fn from_both_ends(items: &mut [usize], place: usize, less: &mut Less<'_>) -> (usize, usize) {
    let pivot = items[place];
    let (mut left, mut end) = (0, items.len());
    while left < end {
        while less(items[left], pivot) {
            left += 1;
        }
        while less(pivot, items[end - 1]) {
            end -= 1;
        }
        if left < end {
            items.swap(left, end - 1);
            (left, end) = (left + 1, end - 1);
        }
    }
    (end, left)
}

/// N. Lomuto's partition: one scan that gathers the smaller items.
fn from_the_left(items: &mut [usize], place: usize, less: &mut Less<'_>) -> (usize, usize) {
    let last = items.len() - 1;
    items.swap(place, last);
    let mut smaller = 0;
    for index in 0..last {
        if less(items[index], items[last]) {
            items.swap(index, smaller);
            smaller += 1;
        }
    }
    items.swap(smaller, last);
    (smaller, smaller + 1)
}

/// Sorts with a quicksort that uses this pivot and this partition. Parts of at most [`INSERTION`] items stay unsorted.
fn sort(mut items: &mut [usize], pivot: Pivot, partition: Partition, less: &mut Less<'_>) {
    while items.len() > INSERTION {
        let place = pivot.index(items, less);
        let (end, start) = partition(items, place, less);
        let (before, behind) = items.split_at_mut(start);
        sort(&mut before[..end], pivot, partition, less);
        items = behind;
    }
}

/// Returns the rank of each item, so that this quicksort always takes a pivot that is nearly the smallest item of its
/// part. The ranks are chosen while the quicksort runs: if it compares two items without a rank, one of them gets the
/// lowest rank that is left.
fn killer(pivot: Pivot, partition: Partition) -> Vec<usize> {
    let mut ranks = vec![None; ATTRIBUTES];
    let mut next = 0;
    let mut candidate = 0;
    let mut give = |ranks: &mut [Option<usize>], item: usize| {
        ranks[item] = Some(next);
        next += 1;
    };
    let mut items: Vec<_> = (0..ATTRIBUTES).collect();
    sort(&mut items, pivot, partition, &mut |one, other| {
        if one == other {
            return false;
        }
        if ranks[one].is_none() && ranks[other].is_none() {
            give(&mut ranks, if one == candidate { one } else { other });
        }
        match (ranks[one], ranks[other]) {
            (None, _) => candidate = one,
            (_, None) => candidate = other,
            _ => {}
        }
        ranks[one].unwrap_or(ATTRIBUTES) < ranks[other].unwrap_or(ATTRIBUTES)
    });
    for item in 0..ATTRIBUTES {
        if ranks[item].is_none() {
            give(&mut ranks, item);
        }
    }
    ranks.into_iter().flatten().collect()
}

/// Returns all ranks in a mixed order: the multiples of 171 modulo [`ATTRIBUTES`] (400). Each rank occurs once, because 171
/// and 400 have no common divisor except 1.
fn mixed() -> Vec<usize> {
    (0..ATTRIBUTES).map(|place| place * 171 % ATTRIBUTES).collect()
}

/// Returns orders that consist of runs, which merge sorts search for: ascending and descending runs, of equal and of
/// different lengths. Each run covers most of the range of ranks.
fn runs() -> Vec<Vec<usize>> {
    let mut orders = Vec::new();
    for lengths in
        [vec![2], vec![31, 33], vec![64], vec![100, 300], vec![300, 100], vec![1, 2, 3, 5, 8, 13, 21, 34, 55, 89]]
    {
        for backwards in [false, true] {
            let mut order = Vec::new();
            let mut left = mixed();
            for length in lengths.iter().cycle() {
                if left.is_empty() {
                    break;
                }
                let mut run = left.split_off(left.len().saturating_sub(*length));
                run.sort_unstable();
                if backwards {
                    run.reverse();
                }
                order.extend(run);
            }
            orders.push(order);
        }
    }
    let (even, odd): (Vec<_>, Vec<_>) = (0..ATTRIBUTES).partition(|rank| rank % 2 == 0);
    // An order that first ascends and then descends, two runs of which one has the even and the other the odd ranks,
    // and orders in which only the last or only the first item is out of place.
    orders.push(even.iter().chain(odd.iter().rev()).copied().collect());
    orders.push(even.into_iter().chain(odd).collect());
    orders.push((1..ATTRIBUTES).chain([0]).collect());
    orders.push([ATTRIBUTES - 1].into_iter().chain(0..ATTRIBUTES - 1).collect());
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the number of comparisons that a quicksort makes for items with these ranks.
    fn comparisons(ranks: &[usize], pivot: Pivot, partition: Partition) -> usize {
        let mut number = 0;
        let mut items: Vec<_> = (0..ranks.len()).collect();
        sort(&mut items, pivot, partition, &mut |one, other| {
            number += 1;
            ranks[one] < ranks[other]
        });
        number
    }

    #[test]
    fn each_order_makes_a_quicksort_far_slower_than_a_mixed_one() {
        let mixed = mixed();
        for partition in [from_both_ends, from_the_left] {
            for pivot in Pivot::ALL {
                let order = killer(pivot, partition);
                let mut sorted = order.clone();
                sorted.sort_unstable();
                assert!(sorted.into_iter().eq(0..ATTRIBUTES), "each rank must occur once");
                let [slow, usual] = [&order, &mixed].map(|ranks| comparisons(ranks, pivot, partition));
                assert!(slow > 3 * usual, "{slow} comparisons, {usual} for a mixed order");
            }
        }
    }
}
