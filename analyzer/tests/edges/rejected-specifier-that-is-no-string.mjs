import a from b;
