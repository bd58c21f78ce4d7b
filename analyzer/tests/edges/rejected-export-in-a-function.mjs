function f() { export let a; }
