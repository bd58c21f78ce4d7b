l: l: ;
