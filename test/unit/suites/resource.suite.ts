import "../resource.test";
