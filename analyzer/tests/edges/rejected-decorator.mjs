@a class A {}
