using a = null;
await using b = null;
