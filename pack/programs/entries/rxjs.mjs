import * as all from 'rxjs'; console.log(Object.keys(all).length)
