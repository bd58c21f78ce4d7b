#! x
export let a;
