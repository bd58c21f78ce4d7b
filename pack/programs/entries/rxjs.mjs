import { filter, map, of } from "rxjs";
of(1, 2, 3).pipe(filter(value => value > 1), map(value => value * 2)).subscribe(value => console.log(value));
