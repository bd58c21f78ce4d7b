module bmestestee

go 1.19
