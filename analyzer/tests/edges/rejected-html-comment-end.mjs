a
--> b
