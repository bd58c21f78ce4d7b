class A { a = arguments; }
