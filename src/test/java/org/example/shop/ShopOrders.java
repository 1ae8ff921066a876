package org.example.shop;

import org.springframework.data.repository.CrudRepository;

interface ShopOrders extends CrudRepository<ShopOrder, Long> {}
