class A { m() { this.#a; } }
