var a;
delete a;
