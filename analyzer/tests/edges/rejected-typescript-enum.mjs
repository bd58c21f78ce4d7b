enum A { a }
