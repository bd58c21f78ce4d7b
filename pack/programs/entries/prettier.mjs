import prettier from "prettier";
console.log(await prettier.format("a  = 1", { parser: "babel" }));
