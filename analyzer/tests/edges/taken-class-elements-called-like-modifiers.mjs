export class A { static; get; set; static static; readonly() {} private = 1; static async; declare = 2; accessor; }
