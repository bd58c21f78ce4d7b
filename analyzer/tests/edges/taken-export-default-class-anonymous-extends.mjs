export default class extends Object {}
