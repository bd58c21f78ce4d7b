break l;
