import { createSSRApp } from "vue";
import { renderToString } from "vue/server-renderer";
console.log(await renderToString(createSSRApp({ template: "<b>text</b>" })));
