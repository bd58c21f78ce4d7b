var a;
export let a;
