class A { private a; }
