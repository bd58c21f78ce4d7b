export var a, b = 1;
