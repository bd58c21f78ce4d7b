export let async, of, get, set, from, as, type, accessor, using, defer, source, target, meta;
