import { unified } from "unified";
import parse from "remark-parse";
import gfm from "remark-gfm";
import rehype from "remark-rehype";
import highlight from "rehype-highlight";
import stringify from "rehype-stringify";
const page = "# Title\n\n| a |\n|---|\n| 1 |\n\n```js\nconst a = 1;\n```\n";
const convert = unified().use(parse).use(gfm).use(rehype).use(highlight).use(stringify);
console.log(String(await convert.process(page)));
