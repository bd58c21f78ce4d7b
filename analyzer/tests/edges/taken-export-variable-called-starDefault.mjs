let starDefault;
export { starDefault, starDefault as default };
