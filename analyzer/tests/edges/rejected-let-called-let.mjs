export let let;
