class A { a?() {} }
