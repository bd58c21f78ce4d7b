function f() { var a; }
{ let b; function c() {} }
export { b };
