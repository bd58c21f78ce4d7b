class A { async a = 1; }
