// @bun @bytecode
// index.js
import spinners from "./spinners.json" with { type: "json" };
var cli_spinners_default = spinners;
var spinnersList = Object.keys(spinners);
function randomSpinner() {
  const randomIndex = Math.floor(Math.random() * spinnersList.length);
  const spinnerName = spinnersList[randomIndex];
  return spinners[spinnerName];
}
export {
  cli_spinners_default as default,
  randomSpinner
};
