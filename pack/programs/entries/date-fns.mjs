import * as all from "date-fns";
console.log(all.format(new Date(2026, 10, 29), "yyyy-MM-dd EEEE"));
