// A module without a single import or export: only its effect counts.
if (typeof Array.prototype.lastItem !== "function") {
  Object.defineProperty(Array.prototype, "lastItem", {
    configurable: true,
    writable: true,
    value() {
      return this[this.length - 1];
    },
  });
}
