export let a;
