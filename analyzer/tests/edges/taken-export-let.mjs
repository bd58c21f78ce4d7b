export let a, b = 1;
