var a, b;
({ __proto__: a, __proto__: b } = {});
