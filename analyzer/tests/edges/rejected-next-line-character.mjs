export let a;
