await 1 ** 2;
