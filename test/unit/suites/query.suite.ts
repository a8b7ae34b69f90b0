import "../query.test";
