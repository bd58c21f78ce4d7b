{ for (var a of []); try { var b; } catch {} }
export { a, b };
