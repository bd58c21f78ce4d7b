export let a‌b, a‍b;
