​export let a;
