import { ESLint } from "eslint";
const [result] = await new ESLint({ overrideConfigFile: true, overrideConfig: { rules: { semi: "error" } } }).lintText("a");
console.log(result.messages[0].ruleId);
